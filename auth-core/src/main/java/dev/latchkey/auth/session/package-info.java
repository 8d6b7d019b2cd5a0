/** Sessions: expiry, single flight, rotation by compare-and-set, and the store's codec. */
@NullMarked
package dev.latchkey.auth.session;

import org.jspecify.annotations.NullMarked;
