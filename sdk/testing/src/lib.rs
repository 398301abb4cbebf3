//! sourcepilot-sdk-testing
