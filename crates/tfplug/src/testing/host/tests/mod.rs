mod config;
mod garden;
mod life;
mod rules;
mod scripted;
