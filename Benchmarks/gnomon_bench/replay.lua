-- wrk's script: sends the requests of a file in turn, over and over, and prints what was measured as one line of JSON.
--   wrk ... -s replay.lua URL -- FILE START
-- The file holds, for each request, its length in bytes on a line, then its bytes. START is how many to skip at first.
local requests, position = {}, 0

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  for size in function() return file:read("*l") end do
    requests[#requests + 1] = file:read(tonumber(size))
  end
  file:close()
  position = tonumber(arguments[2] or 0) % #requests
end

function request()
  position = position % #requests + 1
  return requests[position]
end

function done(summary, latency)
  local errors = summary.errors
  local values = {
    requests = summary.requests, microseconds = summary.duration, bytes = summary.bytes,
    errors = errors.connect + errors.read + errors.write + errors.timeout, refused = errors.status,
    p50 = latency:percentile(50), p90 = latency:percentile(90), p99 = latency:percentile(99), max = latency.max,
  }
  local parts = {}
  for name, value in pairs(values) do parts[#parts + 1] = string.format('"%s":%d', name, value) end
  io.write("\nmeasured {", table.concat(parts, ","), "}\n")
end
