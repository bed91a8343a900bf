package dev.decant.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/// The page's own reading of files and figures, as Chromium runs it, against what was written.
class PageRecordsTest extends ServedPage {
    private static final List<String> PIECES =
            List.of("a", "wine", " ", ",", ";", "\t", "|", "\"", "\n", "\r\n", "é", "漢字", "🍷", "0", "'");

    @Test
    void recordsAreReadAndCountedAsTheyWereWritten() {
        long seed = Long.getLong("decant.seed", 20_260_104L);
        Random random = new Random(seed);
        Page page = open();
        for (String delimiter : List.of(",", ";", "\t", "|")) {
            for (int round = 0; round < 10; round++) {
                int columns = 1 + random.nextInt(4);
                List<List<String>> records = new ArrayList<>();
                StringBuilder text = new StringBuilder();
                int rows = 1 + random.nextInt(40);
                for (int row = 0; row < rows; row++) {
                    List<String> record = new ArrayList<>();
                    for (int column = 0; column < columns; column++) {
                        record.add((column == 0 ? "x" : "") + field(random));
                    }
                    records.add(record);
                    text.append(String.join(
                                    delimiter,
                                    record.stream()
                                            .map(field -> written(field, delimiter, random))
                                            .toList()))
                            .append(random.nextInt(8) == 0 ? "\r\n" : "\n");
                }
                if (random.nextBoolean() && text.charAt(text.length() - 2) != '\r') {
                    text.setLength(text.length() - 1);
                }
                assertThat(page.evaluate("""
                        async ([text, delimiter]) => {
                            const {countRecords, delimited} = await import('./page/records.js');
                            const shape = {format: 'csv', delimiter};
                            const file = new File([text], 'a.csv');
                            // In small parts, so that quotes and line ends are cut through.
                            file.stream = () => new Blob([text]).stream().pipeThrough(new TransformStream({
                                transform(part, out) {
                                    for (let at = 0; at < part.length; at += 7) {
                                        out.enqueue(part.slice(at, at + 7));
                                    }
                                },
                            }));
                            const signal = new AbortController().signal;
                            return {
                                records: delimited(text, delimiter, 1000),
                                count: await countRecords(file, shape, false, signal),
                            };
                        }""", List.of(text.toString(), delimiter)))
                        .as("decant.seed=%d, delimiter '%s', text:%n%s", seed, delimiter, text)
                        .isEqualTo(Map.of("records", records, "count", rows));
            }
        }
    }

    private static String field(Random random) {
        StringBuilder field = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            field.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return field.toString();
    }

    private static String written(String field, String delimiter, Random random) {
        boolean needed =
                field.contains("\"") || field.contains("\n") || field.contains("\r") || field.contains(delimiter);
        return needed || random.nextInt(4) == 0 ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }

    @Test
    void quantilesOfAnIntervalAreThoseOfItsValues() {
        Page page = open();
        String before = scrape(100, 100, 100);
        // Of 100 new requests 90 took up to 10 ms and the others up to 100 ms.
        String after = scrape(100, 190, 200);
        Object quantiles = page.evaluate("""
                async ([before, after]) => {
                    const {quantile, snapshot} = await import('./page/metrics.js');
                    const [from, to] = [snapshot(before, 0), snapshot(after, 1000)];
                    return [quantile(0.5, from, to), quantile(0.99, from, to), to.refused, to.answered, to.pss];
                }""", List.of(before, after));
        List<Double> values = ((List<?>) quantiles)
                .stream().map(value -> ((Number) value).doubleValue()).toList();
        Offset<Double> offset = Offset.offset(1e-9);
        assertThat(values.get(0)).isCloseTo(0.001 + 0.009 * 50 / 90, offset);
        assertThat(values.get(1)).isCloseTo(0.01 + 0.09 * 9 / 10, offset);
        assertThat(values.get(2)).isEqualTo(7);
        assertThat(values.get(3)).isEqualTo(200);
        assertThat(values.get(4)).isEqualTo(1.5e8);
    }

    private static String scrape(int upToOne, int upToTen, int upToHundred) {
        return """
                # HELP decant_requests_total Requests answered.
                # TYPE decant_requests_total counter
                decant_requests_total{route="/predict",status="200"} %1$d.0
                decant_requests_total{route="/predict",status="429"} 7
                decant_requests_total{route="/metrics",status="200"} 1000
                decant_request_duration_seconds_bucket{route="/predict",le="0.001"} %2$d
                decant_request_duration_seconds_bucket{route="/predict",le="0.01"} %3$d
                decant_request_duration_seconds_bucket{route="/predict",le="0.1"} %1$d
                decant_request_duration_seconds_bucket{route="/predict",le="+Inf"} %1$d
                decant_request_duration_seconds_bucket{route="/metrics",le="0.001"} 5000
                decant_request_duration_seconds_bucket{route="/v1/jobs",le="+Inf"} 5000
                decant_memory_pss_bytes 1.5E8
                """.formatted(upToHundred, upToOne, upToTen);
    }
}
