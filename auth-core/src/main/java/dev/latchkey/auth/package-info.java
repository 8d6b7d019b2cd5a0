/** The client, its builder, its listener and what it hands out. */
@NullMarked
package dev.latchkey.auth;

import org.jspecify.annotations.NullMarked;
