package dev.latchkey.auth.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import dev.latchkey.auth.spi.KeyPage;
import dev.latchkey.auth.spi.RecordVersion;
import dev.latchkey.auth.spi.StoreEntry;
import dev.latchkey.auth.spi.StoreKey;
import dev.latchkey.auth.spi.StoreRecord;
import dev.latchkey.auth.spi.TokenStore;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** The stores' contract rejects each store that is wrong in one way that stores are wrong in. */
class StoreContractBitesTest {

    private static final String FUZZ = "oneOrderExplainsWhatAllUsersSaw(TestReporter)";

    @Test
    void aRightStorePasses() {
        assertThat(failures(RightCase.class)).isEmpty();
    }

    @Test
    void catchesAnUpdateThatIsLost() {
        assertThat(failures(LostUpdateCase.class))
                .contains("oneOfManyWritersWins()", "oneOfManyCreatorsWins()", "countingByCompareAndSetLosesNothing()")
                .contains(FUZZ);
    }

    @Test
    void catchesARemovalThatTakesANewerRecordAlong() {
        assertThat(failures(CarelessRemovalCase.class)).contains("aRemoverAndAWriterNeverBothWin()", FUZZ);
    }

    @Test
    void catchesVersionsThatComeBackAfterRemoval() {
        assertThat(failures(VersionReuseCase.class))
                .contains("aVersionNeverComesBackAfterRemoval()", "versionsNeverComeBackWhileRecordsComeAndGo()", FUZZ);
    }

    @Test
    void catchesVersionsThatServeEveryKey() {
        assertThat(failures(VersionPerKeyCase.class)).contains("aVersionOfOneKeyIsNoneOfAnother()", FUZZ);
    }

    @Test
    void catchesWritesThatResurrect() {
        assertThat(failures(ResurrectingCase.class))
                .contains("findsNothingWhereNothingIs()", "aRecordWhoseTimeHasPassedIsAbsent()", FUZZ);
    }

    @Test
    void catchesPagesThatSkip() {
        assertThat(failures(OffsetCase.class))
                .contains("goesOnBehindKeysThatWereRemoved()")
                .doesNotContain("listsEachKeyOnceOverAllPages()");
    }

    @Test
    void catchesPagesInTheOrderOfWrites() {
        assertThat(failures(NewestLastCase.class)).contains("listsOnceWhatIsReplacedMeanwhile()");
    }

    @Test
    void catchesRecordsThatOutliveTheirTime() {
        assertThat(failures(TimelessCase.class))
                .contains("aRecordWhoseTimeHasPassedIsAbsent()", "aRecordThatIsWrittenTooLateIsAbsentAtOnce()")
                .contains("listsWhatIsLeftAmongRecordsWhoseTimeHasPassed()");
    }

    @Test
    void catchesCreatorsThatFirstClearAway() {
        assertThat(failures(ClearingCase.class)).contains("oneOfManyCreatorsWinsWhereARecordsTimeHasPassed()");
    }

    @Test
    void catchesReadsOfThePast() {
        assertThat(failures(CachingCase.class)).contains("usersSeeEachOthersWritesAtOnce()", FUZZ);
    }

    @Test
    void catchesKeysWithoutCase() {
        assertThat(failures(CaselessCase.class))
                .contains("keysThatDifferInCaseLiveApart()", "keysDifferInEveryLetterAndInCase()")
                .contains("aKeyMayHaveEveryCharacterOfItsAlphabet()");
    }

    @Test
    void catchesContentsThatAreCutOff() {
        assertThat(failures(ShortCase.class))
                .contains("findsWhatWasWritten()", "replacesMuchByNothingAndNothingByMuch()");
    }

    @Test
    void catchesSecondsWhereMillisecondsAreDue() {
        assertThat(failures(CoarseCase.class)).contains("keepsTheTimeToTheMillisecond()", "findsWhatWasWritten()");
    }

    private static Set<String> failures(Class<?> contract) {
        return ContractsBiteTest.failures(List.of(selectClass(contract)));
    }

    /** What all of them share. */
    abstract static class Case extends TokenStoreContract {

        final MutableClock clock = MutableClock.create();

        @Override
        protected Instant now() {
            return clock.instant();
        }

        @Override
        protected void pass(Duration time) {
            clock.advance(time);
        }
    }

    static class RightCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock);
        }
    }

    static class LostUpdateCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    if (!matches(records.get(key), expected)) {
                        return Optional.empty();
                    }
                    LockSupport.parkNanos(1_000);
                    StoreEntry written = StoreEntry.of(next(key), record);
                    records.put(key, written);
                    return Optional.of(written.version());
                }
            };
        }
    }

    static class CarelessRemovalCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public boolean remove(StoreKey key, RecordVersion expected) {
                    if (expected.equals(RecordVersion.ABSENT) || !matches(records.get(key), expected)) {
                        return false;
                    }
                    LockSupport.parkNanos(1_000);
                    return records.remove(key) != null;
                }
            };
        }
    }

    static class VersionReuseCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                RecordVersion next(StoreKey key) {
                    StoreEntry present = records.get(key);
                    int count = present == null
                            ? 0
                            : Integer.parseInt(present.version().value());
                    return RecordVersion.of(Integer.toString(count + 1));
                }
            };
        }
    }

    static class VersionPerKeyCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                private final Map<StoreKey, Integer> counts = new ConcurrentHashMap<>();

                @Override
                RecordVersion next(StoreKey key) {
                    return RecordVersion.of(Integer.toString(counts.merge(key, 1, Integer::sum)));
                }
            };
        }
    }

    static class ResurrectingCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                boolean matches(StoreEntry present, RecordVersion expected) {
                    return present == null || super.matches(present, expected) || !isUsable(present);
                }
            };
        }
    }

    static class OffsetCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public KeyPage keys(String partition, String cursor, int limit) {
                    super.keys(partition, cursor, limit);
                    List<StoreKey> all = usable(partition);
                    int from = Math.min(cursor.isEmpty() ? 0 : Integer.parseInt(cursor), all.size());
                    int to = Math.min(from + limit, all.size());
                    List<StoreKey> page = all.subList(from, to);
                    return to == all.size() ? KeyPage.last(page) : KeyPage.of(page, Integer.toString(to));
                }
            };
        }
    }

    static class NewestLastCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public KeyPage keys(String partition, String cursor, int limit) {
                    super.keys(partition, cursor, limit);
                    long after = cursor.isEmpty() ? 0 : Long.parseLong(cursor);
                    List<StoreKey> page = new ArrayList<>();
                    usable(partition).stream()
                            .filter(key -> number(key) > after)
                            .sorted(Comparator.comparing(this::number))
                            .limit(limit)
                            .forEach(page::add);
                    return page.size() < limit
                            ? KeyPage.last(page)
                            : KeyPage.of(page, Long.toString(number(page.get(limit - 1))));
                }

                private long number(StoreKey key) {
                    StoreEntry entry = records.get(key);
                    return entry == null
                            ? 0
                            : Long.parseLong(entry.version().value().substring(1));
                }
            };
        }
    }

    static class TimelessCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(Clock.fixed(Instant.EPOCH, clock.getZone()));
        }
    }

    static class ClearingCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    StoreEntry present = records.get(key);
                    if (present != null && !isUsable(present)) {
                        LockSupport.parkNanos(1_000);
                        records.remove(key);
                    }
                    return super.replace(key, expected, record);
                }
            };
        }
    }

    static class CachingCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock);
        }

        /** A user that remembers what it has found until it writes itself. */
        @Override
        protected TokenStore another(TokenStore store) {
            return new MapStore(clock) {
                @Override
                public Optional<StoreEntry> find(StoreKey key) {
                    Optional<StoreEntry> entry = super.find(key);
                    if (entry.isEmpty()) {
                        entry = ((MapStore) store).find(key);
                        entry.ifPresent(found -> records.put(key, found));
                    }
                    return entry;
                }

                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    Optional<RecordVersion> version = ((MapStore) store).replace(key, expected, record);
                    records.remove(key);
                    return version;
                }

                @Override
                public boolean remove(StoreKey key, RecordVersion expected) {
                    records.remove(key);
                    return ((MapStore) store).remove(key, expected);
                }

                @Override
                public KeyPage keys(String partition, String cursor, int limit) {
                    return ((MapStore) store).keys(partition, cursor, limit);
                }
            };
        }
    }

    static class CaselessCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public Optional<StoreEntry> find(StoreKey key) {
                    return super.find(lower(key));
                }

                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    return super.replace(lower(key), expected, record);
                }

                @Override
                public boolean remove(StoreKey key, RecordVersion expected) {
                    return super.remove(lower(key), expected);
                }

                private StoreKey lower(StoreKey key) {
                    return StoreKey.of(
                            key.partition().toLowerCase(Locale.ROOT), key.name().toLowerCase(Locale.ROOT));
                }
            };
        }
    }

    static class ShortCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    byte[] content = Arrays.copyOf(record.content(), Math.min(record.content().length, 65_535));
                    return super.replace(key, expected, StoreRecord.of(content, record.usableUntil()));
                }
            };
        }
    }

    static class CoarseCase extends Case {
        @Override
        protected TokenStore create() {
            return new MapStore(clock) {
                @Override
                public Optional<RecordVersion> replace(StoreKey key, RecordVersion expected, StoreRecord record) {
                    Instant until = Instant.ofEpochSecond(record.usableUntil().getEpochSecond());
                    return super.replace(key, expected, StoreRecord.of(record.content(), until));
                }
            };
        }
    }
}
