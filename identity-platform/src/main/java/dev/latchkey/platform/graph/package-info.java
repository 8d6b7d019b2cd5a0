/** A small Microsoft Graph over the platform's users. */
@NullMarked
package dev.latchkey.platform.graph;

import org.jspecify.annotations.NullMarked;
