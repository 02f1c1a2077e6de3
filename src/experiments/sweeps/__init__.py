"""Many runs: plan, launch, finish, track."""
