image_id    = "img-office-3"
user_names  = ["carol", "erin", "frank"]
max_session = 20
