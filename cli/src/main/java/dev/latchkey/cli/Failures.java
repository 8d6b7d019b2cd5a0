package dev.latchkey.cli;

import dev.latchkey.auth.atproto.XrpcException;
import dev.latchkey.auth.error.AccessDeniedException;
import dev.latchkey.auth.error.ConfigurationException;
import dev.latchkey.auth.error.InvalidResponseException;
import dev.latchkey.auth.error.OAuthException;
import dev.latchkey.auth.error.Remedy;
import dev.latchkey.auth.error.ServerError;
import dev.latchkey.auth.error.SignInRequiredException;
import dev.latchkey.auth.error.TemporaryFailureException;
import dev.latchkey.graph.GraphException;
import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** Says what went wrong, what the server said and what to do, and gives the shell a status. */
final class Failures implements IExecutionExceptionHandler {

    private final Terminal terminal;
    private final RootCommand root;

    Failures(Terminal terminal, RootCommand root) {
        this.terminal = terminal;
        this.root = root;
    }

    @Override
    public int handleExecutionException(Exception failure, CommandLine command, ParseResult arguments) {
        if (failure instanceof OutputClosedException) {
            return ExitCode.OUTPUT_CLOSED;
        }
        if (failure instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
            terminal.tell("latchkey: interrupted");
            return ExitCode.INTERRUPTED;
        }
        int code = code(failure);
        String message = inOptions(String.valueOf(failure.getMessage()));
        terminal.tell("latchkey: " + kind(code) + Terminal.clean(message));
        if (failure instanceof OAuthException) {
            ((OAuthException) failure).error().ifPresent(error -> describe(error, message));
        } else if (failure instanceof GraphException) {
            ((GraphException) failure)
                    .retryAfter()
                    .ifPresent(wait -> terminal.tell("  try again in " + Durations.text(wait)));
        }
        if (root.verbose()) {
            failure.printStackTrace(terminal.err());
            terminal.err().flush();
        } else if (code == ExitCode.UNEXPECTED) {
            terminal.tell("  " + failure.getClass().getName() + "; --verbose shows where");
        }
        return code;
    }

    private void describe(ServerError error, String message) {
        terminal.tell(
                "  server: " + Terminal.clean(error.host() + " said " + error.code()) + ", status " + error.status());
        error.description()
                .filter(text -> !message.contains(text))
                .ifPresent(text -> terminal.tell("  because: " + Terminal.clean(text)));
        error.uri().ifPresent(uri -> terminal.tell("  see: " + Terminal.clean(uri.toString())));
        error.correlationIds().forEach((name, value) -> terminal.tell("  " + Terminal.clean(name + ": " + value)));
        error.retryAfter().ifPresent(wait -> terminal.tell("  try again in " + Durations.text(wait)));
    }

    /** What a program would call is an option here. */
    private static String inOptions(String message) {
        return message.replace("dangerouslyAllowLoopback()", "--dangerously-allow-http")
                .replace("handleService(…)", "--handle-service");
    }

    static int code(Exception failure) {
        if (failure instanceof SignInRequiredException) {
            return ExitCode.SIGN_IN;
        }
        if (failure instanceof TemporaryFailureException || failure instanceof IOException) {
            return ExitCode.TEMPORARY;
        }
        // A builder refuses what an option brought with an IllegalArgumentException.
        if (failure instanceof ConfigurationException || failure instanceof IllegalArgumentException) {
            return ExitCode.CONFIGURATION;
        }
        if (failure instanceof InvalidResponseException) {
            return ExitCode.INVALID_RESPONSE;
        }
        if (failure instanceof AccessDeniedException) {
            return ExitCode.DENIED;
        }
        if (failure instanceof XrpcException) {
            int status = ((XrpcException) failure).status();
            return status == 429 || status >= 500 ? ExitCode.TEMPORARY : ExitCode.REQUEST;
        }
        return failure instanceof GraphException ? code(((GraphException) failure).remedy()) : ExitCode.UNEXPECTED;
    }

    private static int code(Remedy remedy) {
        switch (remedy) {
            case SIGN_IN:
                return ExitCode.SIGN_IN;
            case RETRY:
                return ExitCode.TEMPORARY;
            case FIX_CONFIGURATION:
                return ExitCode.CONFIGURATION;
            case STOP:
            default:
                return ExitCode.REQUEST;
        }
    }

    private static String kind(int code) {
        switch (code) {
            case ExitCode.SIGN_IN:
                return "sign-in needed: ";
            case ExitCode.TEMPORARY:
                return "failed for now: ";
            case ExitCode.CONFIGURATION:
                return "configuration: ";
            case ExitCode.INVALID_RESPONSE:
                return "invalid answer: ";
            case ExitCode.DENIED:
                return "denied: ";
            case ExitCode.REQUEST:
                return "request: ";
            default:
                return "unexpected: ";
        }
    }
}
