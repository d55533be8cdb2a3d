image_id    = "img-design-2026-05"
user_names  = ["alice", "bob", "carol"]
max_session = 10
