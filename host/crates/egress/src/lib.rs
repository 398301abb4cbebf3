//! sourcepilot-egress
