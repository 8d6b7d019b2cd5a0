/** What went over the wire: requests as received, responses as sent. */
@NullMarked
package dev.latchkey.platform.exchange;

import org.jspecify.annotations.NullMarked;
