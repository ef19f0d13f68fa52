"""Lists that offices keep beside the procedures: training, insurance, service teams; what each holds is a file."""
