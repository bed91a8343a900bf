package dev.decant.comparison;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// Writes `report.csv`: a line for each approach, for a spreadsheet.
final class ComparisonCsv {
    private ComparisonCsv() {}

    static void write(ComparisonReport report, Path file) throws IOException {
        List<String> names = new ArrayList<>(
                List.of("approach", "model", "quantised", "timed", "standing", "reason", "rows", "repeats"));
        for (Metric metric : Metric.values()) {
            names.addAll(List.of(metric.key(), metric.key() + "_min", metric.key() + "_max"));
        }
        names.addAll(List.of(
                "label_reference",
                "label_disagreements",
                "label_missing",
                "label_allowed",
                "million_cpu_hours",
                "million_gb_hours",
                "million_price"));
        StringBuilder csv = new StringBuilder(line(names));
        for (ApproachResult result : report.results()) {
            csv.append(line(values(report, result, names.size())));
        }
        Files.writeString(file, csv);
    }

    private static List<String> values(ComparisonReport report, ApproachResult result, int columns) {
        List<String> values = new ArrayList<>(List.of(
                result.name(),
                result.model(),
                Boolean.toString(result.quantised()),
                result.timed().name().toLowerCase(Locale.ROOT)));
        switch (result.standing()) {
            case ApproachResult.Unavailable unavailable -> values.addAll(List.of("unavailable", unavailable.reason()));
            case ApproachResult.Broken broken -> values.addAll(List.of("broken", broken.reason()));
            case ApproachResult.Measured measured -> {
                values.addAll(List.of(
                        "measured",
                        "",
                        Integer.toString(report.rows()),
                        Integer.toString(measured.runs().size())));
                for (Metric metric : Metric.values()) {
                    Spread spread = measured.spread(metric);
                    values.add(number(spread.median()));
                    values.add(number(spread.min()));
                    values.add(number(spread.max()));
                }
                values.add(measured.agreement().map(Agreement::reference).orElse(""));
                values.add(measured.agreement()
                        .map(agreement -> Integer.toString(agreement.disagreements()))
                        .orElse(""));
                values.add(measured.agreement()
                        .map(agreement -> Integer.toString(agreement.unlabelled()))
                        .orElse(""));
                values.add(measured.agreement()
                        .map(agreement -> Integer.toString(agreement.allowed()))
                        .orElse(""));
                Cost cost = Cost.of(measured, report.rows(), report.plan().prices());
                values.add(number(cost.cpuHours()));
                values.add(number(cost.gigabyteHours()));
                values.add(number(cost.price()));
            }
        }
        while (values.size() < columns) {
            values.add("");
        }
        return values;
    }

    private static String number(double value) {
        return value == Math.rint(value) && Math.abs(value) < 1e15
                ? Long.toString((long) value)
                : Double.toString(value);
    }

    private static String line(List<String> values) {
        return values.stream()
                .map(value -> value.matches("[^\",\\r\\n]*") ? value : "\"" + value.replace("\"", "\"\"") + "\"")
                .collect(Collectors.joining(",", "", "\n"));
    }
}
