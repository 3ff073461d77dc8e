"""What a bureau keeps beside the day: registers of contracts, asked what they say of a day."""
