package dev.latchkey.auth;

import dev.latchkey.auth.testkit.Answer;
import dev.latchkey.auth.testkit.RecordedRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * A token endpoint that rotates refresh tokens and ends the session when one is used twice, unless it forgives the last
 * one (OAuth 2.1 §4.3.1). It counts what it sees.
 */
final class RotatingServer implements Function<RecordedRequest, Answer> {

    final AtomicInteger refreshes = new AtomicInteger();
    final AtomicInteger replays = new AtomicInteger();
    final AtomicInteger underWay = new AtomicInteger();
    final List<String> overlaps = new ArrayList<>();
    private final boolean forgiving;
    private int generation = 1;
    private boolean ended;

    RotatingServer(boolean forgiving) {
        this.forgiving = forgiving;
    }

    @Override
    public Answer apply(RecordedRequest request) {
        if (underWay.incrementAndGet() > 1) {
            overlaps.add(request.body());
        }
        try {
            return answer(request.form().getOrDefault("refresh_token", ""));
        } finally {
            underWay.decrementAndGet();
        }
    }

    private Answer answer(String presented) {
        refreshes.incrementAndGet();
        boolean current = presented.equals("r" + generation);
        boolean forgiven = forgiving && presented.equals("r" + (generation - 1));
        if (!current && !forgiven) {
            replays.incrementAndGet();
            ended = true;
        }
        if (ended) {
            return Answer.json(400, "{\"error\":\"invalid_grant\",\"error_description\":\"reused\"}");
        }
        generation++;
        return Answer.json(200, WithSessions.granted("t" + generation, ",\"refresh_token\":\"r" + generation + "\""));
    }
}
