package dev.latchkey.graph;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One page of a collection. It may be empty and still have a next link. Immutable.
 *
 * @param <T> the type of the objects
 */
public final class GraphPage<T> {

    private final List<T> items;
    private final @Nullable String nextLink;
    private final @Nullable String deltaLink;
    private final long count;
    private final Exchange exchange;

    GraphPage(List<T> items, @Nullable String nextLink, @Nullable String deltaLink, long count, Exchange exchange) {
        this.items = Collections.unmodifiableList(items);
        this.nextLink = nextLink;
        this.deltaLink = deltaLink;
        this.count = count;
        this.exchange = exchange;
    }

    /**
     * Gives the objects.
     *
     * @return an unmodifiable list, possibly empty
     */
    public List<T> items() {
        return items;
    }

    /**
     * Gives the link to the next page, to be kept and used as a whole: {@link GraphClient#link} goes on from there.
     *
     * @return the link, or nothing on the last page
     */
    public Optional<String> nextLink() {
        return Optional.ofNullable(nextLink);
    }

    /**
     * Gives the link to the changes since, which the last page of a delta query has.
     *
     * @return the link, or nothing
     */
    public Optional<String> deltaLink() {
        return Optional.ofNullable(deltaLink);
    }

    /**
     * Tells how many objects there are in all, if {@link GraphRequest#count()} asked.
     *
     * @return the number, on the first page only
     */
    public OptionalLong count() {
        return count < 0 ? OptionalLong.empty() : OptionalLong.of(count);
    }

    Exchange exchange() {
        return exchange;
    }

    @Override
    public String toString() {
        return "GraphPage[" + items.size() + " items" + (nextLink == null ? "" : ", more follow") + "]";
    }
}
