/**
 * Microsoft Graph: any request as JSON or as plain objects, over all pages, with an error that keeps what Graph said.
 *
 * <p>{@link dev.latchkey.graph.GraphClient} makes a {@link dev.latchkey.graph.GraphRequest}, which is sent by the method that
 * says what to read: {@code as}, {@code json}, {@code items}, {@code pages}, {@code response} or {@code send}.
 */
@NullMarked
package dev.latchkey.graph;

import org.jspecify.annotations.NullMarked;
