//! sourcepilot-plugin-runtime
