/** The {@code latchkey} command: tokens, Microsoft Graph and a demonstration, from a shell. */
@NullMarked
package dev.latchkey.cli;

import org.jspecify.annotations.NullMarked;
