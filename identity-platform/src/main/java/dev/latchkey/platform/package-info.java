/** The embedded platform: an authorization server and a small Graph in this process, on loopback. */
@NullMarked
package dev.latchkey.platform;

import org.jspecify.annotations.NullMarked;
