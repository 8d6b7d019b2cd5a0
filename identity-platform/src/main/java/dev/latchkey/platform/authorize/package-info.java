/** The pages at which a person signs in, consents and approves a device. */
@NullMarked
package dev.latchkey.platform.authorize;

import org.jspecify.annotations.NullMarked;
