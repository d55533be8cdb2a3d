image_id    = "img-office-2"
user_names  = ["carol", "david", "erin"]
max_session = 10
