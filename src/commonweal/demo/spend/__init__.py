"""The fictional town's payments: four anchors' files in four layouts, a register, what an analyst
decided. Everything goes in through the front door: made as files, read, reconciled, matched."""
