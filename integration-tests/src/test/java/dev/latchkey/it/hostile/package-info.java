/** Servers that lie, stall and send elsewhere, over https and every transport of ours: plain tests, without a real server. */
@NullMarked
package dev.latchkey.it.hostile;

import org.jspecify.annotations.NullMarked;
