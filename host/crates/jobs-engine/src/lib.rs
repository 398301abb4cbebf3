//! sourcepilot-jobs-engine
