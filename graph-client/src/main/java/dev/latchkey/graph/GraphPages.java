package dev.latchkey.graph;

import com.google.gson.TypeAdapter;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The pages of a collection, fetched one by one as they are asked for.
 *
 * <p>Each {@link #iterator()} begins anew. An iterator whose page failed asks for the same page when it is asked again. A
 * link back to a page that the iterator has read before fails as {@link GraphException.Kind#INVALID_RESPONSE}, and would do so
 * for ever; circles of more than 4096 pages are not noticed. The pages are safe for use by any number of threads at once, an
 * iterator by one. No connection is held between pages.
 *
 * @param <T> the type of the objects
 */
public final class GraphPages<T> implements Iterable<GraphPage<T>> {

    private final GraphRequest first;
    private final TypeAdapter<T> adapter;

    GraphPages(GraphRequest first, TypeAdapter<T> adapter) {
        this.first = first;
        this.adapter = adapter;
    }

    @Override
    public Iterator<GraphPage<T>> iterator() {
        return new Pages<>(first, adapter);
    }

    /**
     * Streams the pages, one after the other.
     *
     * @return a sequential stream that fetches as it is consumed
     */
    public Stream<GraphPage<T>> stream() {
        return StreamSupport.stream(spliterator(), false);
    }

    @Override
    public String toString() {
        return "GraphPages[" + first + "]";
    }

    private static final class Pages<T> implements Iterator<GraphPage<T>> {

        private final TypeAdapter<T> adapter;
        private final GraphRequest first;
        private final PagesRead read = new PagesRead();
        private @Nullable GraphPage<T> latest;

        Pages(GraphRequest first, TypeAdapter<T> adapter) {
            this.first = first;
            this.adapter = adapter;
        }

        @Override
        public boolean hasNext() {
            return latest == null || latest.nextLink().isPresent();
        }

        @Override
        public GraphPage<T> next() {
            GraphRequest wanted = latest == null ? first : after(latest);
            GraphPage<T> page = wanted.page(adapter);
            read.add(wanted.uri());
            latest = page;
            return page;
        }

        private GraphRequest after(GraphPage<T> page) {
            String link = page.nextLink().orElseThrow(NoSuchElementException::new);
            URI uri = checked(link, page.exchange());
            long back = read.backTo(uri);
            if (back == 1) {
                throw page.exchange().invalidLink("it leads to the page that it stands on");
            }
            if (back > 1) {
                throw page.exchange().invalidLink("it leads back in a circle of " + back + " pages");
            }
            return first.following(uri);
        }

        private URI checked(String link, Exchange exchange) {
            try {
                return first.calls().link(link);
            } catch (URISyntaxException e) {
                // The exception's message has the link, of which the query may be private.
                throw exchange.invalidLink(e.getReason());
            }
        }
    }
}
