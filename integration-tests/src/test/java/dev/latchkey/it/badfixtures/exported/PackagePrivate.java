package dev.latchkey.it.badfixtures.exported;

/** In an exported package, and yet not exported. */
class PackagePrivate {}
