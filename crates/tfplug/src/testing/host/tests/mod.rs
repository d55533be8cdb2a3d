mod config;
mod exact;
mod garden;
mod life;
mod rules;
mod scripted;
mod state_store;
