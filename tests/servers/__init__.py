"""What the tests talk to: real peers on loopback, and proxies of ours that fill their gaps and make faults."""
