package dev.latchkey.graph;

import java.util.Collections;
import java.util.Iterator;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The objects of a collection over all its pages, fetched page by page as they are asked for.
 *
 * <p>Each {@link #iterator()} begins anew. An iterator whose page failed asks for the same page when it is asked again. The
 * items are safe for use by any number of threads at once, an iterator by one.
 *
 * @param <T> the type of the objects
 */
public final class GraphItems<T> implements Iterable<T> {

    private final GraphPages<T> pages;

    GraphItems(GraphPages<T> pages) {
        this.pages = pages;
    }

    @Override
    public Iterator<T> iterator() {
        return new Items<>(pages.iterator());
    }

    /**
     * Streams the objects in their order.
     *
     * @return a sequential stream that fetches as it is consumed
     */
    public Stream<T> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    @Override
    public String toString() {
        return "GraphItems[" + pages + "]";
    }

    private static final class Items<T> implements Iterator<T> {

        private final Iterator<GraphPage<T>> pages;
        private Iterator<T> page = Collections.emptyIterator();

        Items(Iterator<GraphPage<T>> pages) {
            this.pages = pages;
        }

        @Override
        public boolean hasNext() {
            while (!page.hasNext() && pages.hasNext()) {
                page = pages.next().items().iterator();
            }
            return page.hasNext();
        }

        @Override
        public T next() {
            // An empty page may stand before the next object; without one, the iterator below throws.
            return hasNext() ? page.next() : Collections.<T>emptyIterator().next();
        }
    }
}
