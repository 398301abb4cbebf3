//! sourcepilot-sandbox
