image_id    = "img-design-2026-06"
user_names  = ["alice", "carol", "dave"]
max_session = 20
