"""placeholder"""
def main(say): return 0
