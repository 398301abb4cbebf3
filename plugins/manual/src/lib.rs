//! sourcepilot-plugin-manual
