package dev.decant.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Which handler answers which path.
///
/// A pattern's segments are fixed, or `{name}` for any one, or `{name}:suffix`. Filled once, then read by any thread.
final class RouteTable {
    /// Answers a request on its connection's thread.
    @FunctionalInterface
    interface Handler {
        void handle(Exchange exchange) throws RequestFault, InterruptedException;
    }

    /// Makes a fault the body of an answer, in a protocol's own shape.
    @FunctionalInterface
    interface FaultBody {
        byte[] of(RequestFault fault);
    }

    /// One handler with its place.
    ///
    /// @param open whether it is answered without a key
    record Route(String method, String pattern, boolean open, FaultBody faults, Handler handler) {}

    private record Place(Route route, List<String> segments) {}

    /// What was found.
    ///
    /// @param route null where the path is there for other methods only, which `methods` names
    record Match(@Nullable Route route, Map<String, String> parameters, Set<String> methods) {}

    private final List<Route> routes = new ArrayList<>();
    private final Map<String, List<Place>> byFirst = new LinkedHashMap<>();

    void add(Route route) {
        routes.add(route);
        List<String> segments = segmentsOf(route.pattern);
        byFirst.computeIfAbsent(segments.getFirst(), first -> new ArrayList<>()).add(new Place(route, segments));
    }

    void get(String pattern, boolean open, FaultBody faults, Handler handler) {
        add(new Route("GET", pattern, open, faults, handler));
    }

    void post(String pattern, FaultBody faults, Handler handler) {
        add(new Route("POST", pattern, false, faults, handler));
    }

    List<Route> routes() {
        return List.copyOf(routes);
    }

    private static List<String> segmentsOf(String path) {
        String inner = path.substring(1);
        return List.of((inner.endsWith("/") ? inner.substring(0, inner.length() - 1) : inner).split("/", -1));
    }

    /// The route of a path as it stands in the request, or null where there is no such path.
    @Nullable
    Match find(String method, String rawPath) {
        if (!rawPath.startsWith("/")) {
            return null;
        }
        List<String> segments = segmentsOf(rawPath);
        Set<String> methods = new TreeSet<>();
        for (Place place : byFirst.getOrDefault(segments.getFirst(), List.of())) {
            Route route = place.route;
            Map<String, String> parameters = match(place.segments, segments);
            if (parameters != null) {
                boolean same = route.method.equals(method) || (method.equals("HEAD") && route.method.equals("GET"));
                if (same) {
                    return new Match(route, parameters, Set.of());
                }
                methods.add(route.method);
            }
        }
        return methods.isEmpty() ? null : new Match(null, Map.of(), methods);
    }

    private static @Nullable Map<String, String> match(List<String> pattern, List<String> path) {
        if (pattern.size() != path.size()) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < pattern.size(); i++) {
            String wanted = pattern.get(i);
            String given = path.get(i);
            int end = wanted.indexOf('}');
            if (end < 0) {
                if (!wanted.equals(given)) {
                    return null;
                }
                continue;
            }
            String suffix = wanted.substring(end + 1);
            if (!given.endsWith(suffix) || given.length() == suffix.length()) {
                return null;
            }
            if (suffix.isEmpty() && given.indexOf(':') >= 0) {
                return null; // What is behind a colon is a verb.
            }
            String value = decode(given.substring(0, given.length() - suffix.length()));
            if (value == null) {
                return null;
            }
            parameters.put(wanted.substring(1, end), value);
        }
        return parameters;
    }

    private static @Nullable String decode(String segment) {
        try {
            return segment.indexOf('%') < 0
                    ? segment
                    : URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
