/** Headless Chromium, driven through the pages that a person would see. */
@NullMarked
package dev.latchkey.it.browser;

import org.jspecify.annotations.NullMarked;
