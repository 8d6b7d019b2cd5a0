package dev.latchkey.store.file;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * The machine's own files, of which a test makes some calls fail: full and read-only disks, for root too, to whom permissions say
 * nothing.
 */
final class FaultyFiles extends FileSystemProvider {

    /** Called before each call, with the name of the provider's method; what it throws, the call throws. */
    interface Fault {
        void before(String call, Path path) throws IOException;
    }

    private final FileSystemProvider real = FileSystems.getDefault().provider();
    private final boolean posix;
    private final List<String> created = new CopyOnWriteArrayList<>();
    private volatile Fault fault = (call, path) -> {};

    /** Made with {@code posix} false, it knows no permissions, as on Windows. */
    FaultyFiles(boolean posix) {
        this.posix = posix;
    }

    void fail(Fault with) {
        fault = with;
    }

    /** What was made with which permissions, as "name rwx------". */
    List<String> created() {
        return created;
    }

    Path wrap(Path path) {
        return (Path) Proxy.newProxyInstance(
                FaultyFiles.class.getClassLoader(),
                new Class<?>[] {Path.class, Wrapped.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("getFileSystem")) {
                        return new Files();
                    }
                    if (method.getName().equals("wrapped")) {
                        return path;
                    }
                    Object[] unwrapped = arguments == null
                            ? null
                            : Stream.of(arguments).map(FaultyFiles::unwrapped).toArray();
                    try {
                        Object result = method.invoke(path, unwrapped);
                        return result instanceof Path ? wrap((Path) result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private interface Wrapped {
        Path wrapped();
    }

    private static Object unwrapped(Object path) {
        return path instanceof Wrapped ? ((Wrapped) path).wrapped() : path;
    }

    private Path before(String call, Path path) throws IOException {
        Path unwrapped = (Path) unwrapped(path);
        fault.before(call, unwrapped);
        return unwrapped;
    }

    private void note(Path path, FileAttribute<?>... attributes) {
        created.add(path.getFileName() + " "
                + Stream.of(attributes).map(FaultyFiles::permissions).collect(Collectors.joining()));
    }

    @SuppressWarnings("unchecked") // the only attribute that anybody sets
    private static String permissions(FileAttribute<?> attribute) {
        return PosixFilePermissions.toString((Set<PosixFilePermission>) attribute.value());
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileChannel newFileChannel(Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
            throws IOException {
        Path unwrapped = before("newFileChannel", path);
        if (java.nio.file.Files.notExists(unwrapped)) {
            note(unwrapped, attributes);
        }
        return real.newFileChannel(unwrapped, options, attributes);
    }

    @Override
    public SeekableByteChannel newByteChannel(
            Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) throws IOException {
        note(path, attributes);
        return real.newByteChannel(before("newByteChannel", path), options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(Path path, DirectoryStream.Filter<? super Path> filter)
            throws IOException {
        DirectoryStream<Path> entries = real.newDirectoryStream(before("newDirectoryStream", path), entry -> true);
        return new DirectoryStream<>() {
            @Override
            public Iterator<Path> iterator() {
                return StreamSupport.stream(entries.spliterator(), false)
                        .map(FaultyFiles.this::wrap)
                        .iterator();
            }

            @Override
            public void close() throws IOException {
                entries.close();
            }
        };
    }

    @Override
    public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
        note(path, attributes);
        real.createDirectory(before("createDirectory", path), attributes);
    }

    @Override
    public void delete(Path path) throws IOException {
        real.delete(before("delete", path));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
        real.move(before("move", from), (Path) unwrapped(to), options);
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
        real.checkAccess(before("checkAccess", path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(Path path, Class<V> type, LinkOption... options) {
        Path unwrapped = (Path) unwrapped(path);
        if (type == FileOwnerAttributeView.class) {
            return type.cast(owner(unwrapped, real.getFileAttributeView(unwrapped, FileOwnerAttributeView.class)));
        }
        return real.getFileAttributeView(unwrapped, type, options);
    }

    /** A directory whose name says so belongs to somebody else. */
    private static FileOwnerAttributeView owner(Path path, FileOwnerAttributeView view) {
        UserPrincipal mallory = () -> "mallory";
        return new FileOwnerAttributeView() {
            @Override
            public String name() {
                return view.name();
            }

            @Override
            public UserPrincipal getOwner() throws IOException {
                return path.endsWith("mallorys") ? mallory : view.getOwner();
            }

            @Override
            public void setOwner(UserPrincipal owner) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(Path path, Class<A> type, LinkOption... options)
            throws IOException {
        return real.readAttributes(before("readAttributes", path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) throws IOException {
        return real.readAttributes(before("readAttributes", path), attributes, options);
    }

    @Override
    public void setAttribute(Path path, String attribute, Object value, LinkOption... options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isSameFile(Path one, Path other) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean isHidden(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileStore getFileStore(Path path) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
        throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
        throw new UnsupportedOperationException();
    }

    /** Leads back to this provider. */
    private final class Files extends FileSystem {

        @Override
        public FileSystemProvider provider() {
            return FaultyFiles.this;
        }

        @Override
        public Set<String> supportedFileAttributeViews() {
            return posix ? Set.of("basic", "owner", "posix") : Set.of("basic", "owner");
        }

        @Override
        public Path getPath(String first, String... more) {
            return wrap(Path.of(first, more));
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public boolean isReadOnly() {
            return false;
        }

        @Override
        public String getSeparator() {
            return "/";
        }

        @Override
        public void close() {}

        @Override
        public Iterable<Path> getRootDirectories() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Iterable<FileStore> getFileStores() {
            throw new UnsupportedOperationException();
        }

        @Override
        public PathMatcher getPathMatcher(String pattern) {
            throw new UnsupportedOperationException();
        }

        @Override
        public UserPrincipalLookupService getUserPrincipalLookupService() {
            throw new UnsupportedOperationException();
        }

        @Override
        public WatchService newWatchService() {
            throw new UnsupportedOperationException();
        }
    }
}
