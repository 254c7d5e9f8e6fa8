// Stands for a shell in the captured world.
__attribute__((noinline)) char *readline(const char *prompt) { return (char *)prompt; }
__attribute__((noinline)) int execute_command(const char *line) { return line[0]; }
int main(void) { return execute_command(readline("$ ")); }
void _start(void) { main(); }
