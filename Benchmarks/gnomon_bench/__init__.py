"""Benchmarks of gnomon: data, requests, an oracle that knows the right answers, and the measuring of servers."""
