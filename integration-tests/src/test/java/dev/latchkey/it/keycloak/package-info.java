/** Keycloak as itself: unpacked by the build, started once for all tests, and what the library does against it. */
@NullMarked
package dev.latchkey.it.keycloak;

import org.jspecify.annotations.NullMarked;
