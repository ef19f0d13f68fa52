#!/bin/bash
# Copy the four faces documents are set in from the locked npm packages to var/fonts, under the names they are known by.
set -euo pipefail
folder=var/fonts
mkdir -p "$folder"

for family in Sans Serif; do
  package="frontend/node_modules/@expo-google-fonts/noto-${family,,}-sc"
  for weight in 400Regular 700Bold; do
    target="$folder/Noto${family}SC-${weight#?00}.ttf"
    install -m 644 "$package/$weight/Noto${family}SC_$weight.ttf" "$target.new"
    mv "$target.new" "$target"
  done
done
