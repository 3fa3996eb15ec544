"""The divisions of the UK's standard industrial classification (SIC 2007; Office for National
Statistics), by their two figures, in short words."""

DIVISIONS = {
    "01": "Crops and animals", "02": "Forestry", "03": "Fishing", "05": "Coal mining", "06": "Oil and gas extraction",
    "07": "Metal ores", "08": "Quarrying", "09": "Mining support", "10": "Food products", "11": "Beverages",
    "12": "Tobacco", "13": "Textiles", "14": "Clothing", "15": "Leather", "16": "Wood products", "17": "Paper",
    "18": "Printing", "19": "Coke and refined petroleum", "20": "Chemicals", "21": "Pharmaceuticals",
    "22": "Rubber and plastics", "23": "Glass, cement, ceramics", "24": "Basic metals", "25": "Metal products",
    "26": "Computers and electronics", "27": "Electrical equipment", "28": "Machinery", "29": "Motor vehicles",
    "30": "Other transport equipment", "31": "Furniture", "32": "Other manufacturing", "33": "Repair of machinery",
    "35": "Electricity, gas and steam", "36": "Water supply", "37": "Sewerage", "38": "Waste", "39": "Remediation",
    "41": "Construction of buildings", "42": "Civil engineering", "43": "Specialised construction",
    "45": "Trade and repair of vehicles", "46": "Wholesale", "47": "Retail", "49": "Land transport",
    "50": "Water transport", "51": "Air transport", "52": "Warehousing and transport support", "53": "Post and couriers",
    "55": "Accommodation", "56": "Food and drink service", "58": "Publishing", "59": "Film, television, music",
    "60": "Broadcasting", "61": "Telecommunications", "62": "Computer programming and consultancy",
    "63": "Information services", "64": "Financial services", "65": "Insurance and pensions",
    "66": "Support to finance and insurance", "68": "Real estate", "69": "Law and accounting",
    "70": "Head offices and management consultancy", "71": "Architecture and engineering", "72": "Research and development",
    "73": "Advertising and market research", "74": "Other professional services", "75": "Veterinary",
    "77": "Rental and leasing", "78": "Employment agencies", "79": "Travel agencies", "80": "Security and investigation",
    "81": "Buildings and landscape services", "82": "Office and business support", "84": "Public administration and defence",
    "85": "Education", "86": "Human health", "87": "Residential care", "88": "Social work without accommodation",
    "90": "Arts and entertainment", "91": "Libraries and museums", "92": "Gambling", "93": "Sports and recreation",
    "94": "Membership organisations", "95": "Repair of computers and goods", "96": "Other personal services",
    "97": "Households as employers", "98": "Households for own use", "99": "Bodies outside any territory",
}  # fmt: skip
