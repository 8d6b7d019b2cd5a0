/** Servers that run on Node.js and come from npm. */
@NullMarked
package dev.latchkey.it.node;

import org.jspecify.annotations.NullMarked;
