package dev.latchkey.graph;

import java.util.Objects;

/** A version of Graph's interface. Immutable; further ones are made with {@link #of}. */
public final class GraphVersion {

    /** What is supported for production. */
    public static final GraphVersion V1_0 = new GraphVersion("v1.0");

    /** What may change or go away at any time. */
    public static final GraphVersion BETA = new GraphVersion("beta");

    private final String name;

    private GraphVersion(String name) {
        this.name = name;
    }

    /**
     * Names a version.
     *
     * @param name the first segment of the path, such as {@code v1.0}
     * @return the version
     * @throws IllegalArgumentException if the name is not made of letters, digits, dots, hyphens and underscores
     */
    public static GraphVersion of(String name) {
        Objects.requireNonNull(name, "name");
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,31}")) {
            throw new IllegalArgumentException("name is not a version, such as v1.0");
        }
        return new GraphVersion(name);
    }

    /**
     * Tells the name.
     *
     * @return the first segment of the path
     */
    public String name() {
        return name;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GraphVersion && name.equals(((GraphVersion) other).name);
    }

    @Override
    public int hashCode() {
        return name.hashCode();
    }

    @Override
    public String toString() {
        return name;
    }
}
