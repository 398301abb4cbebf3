//! sourcepilot-sdk
