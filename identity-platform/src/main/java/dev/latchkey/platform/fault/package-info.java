/** Scripted misbehaviour, down to the socket. */
@NullMarked
package dev.latchkey.platform.fault;

import org.jspecify.annotations.NullMarked;
