function done(summary, latency, requests)
  io.write(string.format("P99 %.3f %d\n", latency:percentile(99.0) / 1000, summary.errors.status))
end
