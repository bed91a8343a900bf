-- Posts the texts of DECANT_TEXTS, JSON strings one a line, in turn to DECANT_PATH, each between DECANT_BEFORE and
-- DECANT_AFTER, and prints the figures as JSON.
-- Meant for one wrk thread: two would send the same texts at the same time.
local bodies = {}
for line in io.lines(os.getenv("DECANT_TEXTS")) do
    bodies[#bodies + 1] = os.getenv("DECANT_BEFORE") .. line .. os.getenv("DECANT_AFTER")
end
local threads = {}
local next = 0
local path = os.getenv("DECANT_PATH")
statuses = ""
local counts = {}

function setup(thread)
    threads[#threads + 1] = thread
end

function request()
    next = next % #bodies + 1
    return wrk.format("POST", path, { ["Content-Type"] = "application/json" }, bodies[next])
end

function response(status)
    counts[status] = (counts[status] or 0) + 1
    local parts = {}
    for code, count in pairs(counts) do
        parts[#parts + 1] = '"' .. code .. '":' .. count
    end
    statuses = table.concat(parts, ",")
end

function done(summary, latency)
    local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
    print(string.format(
        'JSON {"requests":%d,"seconds":%.3f,"p50_ms":%.2f,"p99_ms":%.2f,"max_ms":%.2f,"broken":%d,"statuses":{%s}}',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        latency.max / 1e3, failed, threads[1]:get("statuses")))
end
