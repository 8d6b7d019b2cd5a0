/** {@link dev.latchkey.store.file.FileTokenStore}, a token store in a directory that any number of processes share. */
@NullMarked
package dev.latchkey.store.file;

import org.jspecify.annotations.NullMarked;
