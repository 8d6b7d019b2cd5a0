package dev.latchkey.it.guard;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassReader;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.ClassVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.MethodVisitor;
import com.tngtech.archunit.thirdparty.org.objectweb.asm.Opcodes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URLConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Nobody holds a monitor: on Java 21 a virtual thread that blocks in one blocks its carrier too. */
final class Monitors {

    private Monitors() {}

    static Guard guard() {
        return new Guard(
                "synchronized",
                "a virtual thread that blocks in a monitor blocks its carrier on Java 21",
                type -> true,
                type -> Stream.concat(methods(type), blocks(type)));
    }

    private static Stream<String> methods(JavaClass type) {
        return type.getMethods().stream()
                .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                .map(method -> method.getDescription() + " is synchronized");
    }

    /** ArchUnit's model knows no blocks: the class file says where a monitor is entered. */
    private static Stream<String> blocks(JavaClass type) {
        Source source = type.getSource().orElseThrow(() -> new AssertionError("no class file of " + type.getName()));
        List<String> found = new ArrayList<>();
        new ClassReader(bytes(source))
                .accept(
                        new ClassVisitor(Opcodes.ASM9) {
                            @Override
                            public MethodVisitor visitMethod(
                                    int access, String name, String descriptor, String signature, String[] exceptions) {
                                return new MethodVisitor(Opcodes.ASM9) {
                                    @Override
                                    public void visitInsn(int opcode) {
                                        if (opcode == Opcodes.MONITORENTER) {
                                            found.add("Method " + name + descriptor + " has a synchronized block");
                                        }
                                    }
                                };
                            }
                        },
                        ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        return found.stream();
    }

    private static byte[] bytes(Source source) {
        try {
            URLConnection connection = source.getUri().toURL().openConnection();
            connection.setUseCaches(false);
            try (InputStream in = connection.getInputStream()) {
                return in.readAllBytes();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
