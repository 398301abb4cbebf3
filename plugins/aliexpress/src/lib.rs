//! sourcepilot-plugin-aliexpress
