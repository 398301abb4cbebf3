//! The gate against real sockets. Every test owns its upstreams and its gate.

mod capture;
mod hostile_hosts;
mod limits;
mod policy;
mod pool;
mod secrets;
mod sign;
mod ssrf;
mod support;
mod tls;
