"""Serve the simulator over HTTP: three gateways' APIs for programs, and pages for people."""
