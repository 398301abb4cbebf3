//! sourcepilot
